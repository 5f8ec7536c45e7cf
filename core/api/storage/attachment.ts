import { driverNameProblems, volumeSpecProblems } from '#core/api/core';
import { subdomainProblems } from '#core/api/rules';
import type { VolumeAttachment, VolumeError } from '#core/api/types';
import { byteLength, rangeProblem } from '#core/machinery/names';
import { forbiddenField, invalid, type Problem, required, tooLong } from '#core/machinery/status';
import { unchanged } from '#core/machinery/validation';

const MAX_METADATA = 256 * 1024;
const MAX_MESSAGE = 1024;
const MAX_INT32 = 2 ** 31 - 1;
const ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

function errorProblems(error: VolumeError | undefined, path: string, problems: Problem[]): void {
  if (error === undefined) return;
  if (byteLength(error.message ?? '') > MAX_MESSAGE) problems.push(tooLong(`${path}.message`, MAX_METADATA));
  if ((error.errorCode ?? 0) < 0) {
    problems.push(invalid(`${path}.errorCode`, error.errorCode, rangeProblem(0, MAX_INT32)));
  }
}

function sourceProblems({ spec }: VolumeAttachment, problems: Problem[]): void {
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = spec?.source ?? {};
  const path = 'spec.source';
  if (inline === undefined && name === undefined) problems.push(required(path, ONE));
  else if (inline !== undefined && name !== undefined) problems.push(forbiddenField(path, ONE));
  else if (inline !== undefined) volumeSpecProblems(inline, '', true, `${path}.inlineVolumeSpec`, problems);
  else if (name === '') {
    problems.push(required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName'));
  }
}

export function attachmentProblems(attachment: VolumeAttachment, problems: Problem[]): void {
  const { spec, status } = attachment;
  driverNameProblems(spec?.attacher, 'spec.attacher', problems);
  sourceProblems(attachment, problems);
  subdomainProblems(spec?.nodeName ?? '', 'spec.nodeName', problems);
  let size = 0;
  for (const [key, value] of Object.entries(status?.attachmentMetadata ?? {}))
    size += byteLength(key) + byteLength(value);
  if (size > MAX_METADATA) problems.push(tooLong('status.attachmentMetadata', MAX_METADATA));
  errorProblems(status?.attachError, 'status.attachError', problems);
  errorProblems(status?.detachError, 'status.detachError', problems);
  subdomainProblems(spec?.source.persistentVolumeName, 'spec.source.persistentVolumeName', problems);
}

export function attachmentUpdateProblems(next: VolumeAttachment, old: VolumeAttachment, problems: Problem[]): void {
  attachmentProblems(next, problems);
  unchanged(next.spec, old.spec, 'spec', problems);
}
