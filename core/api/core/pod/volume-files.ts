import type { DownwardAPIVolumeFile, KeyToPath } from '#core/api/types';
import { invalid, required } from '#core/machinery/status';
import { at, given, present, type Rule, type Rules } from '#core/machinery/validation';
import { fileFieldReference, fileResourceReference } from './downward.ts';
import { writable } from './paths.ts';

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

export const fileMode: Rule<number | undefined> = (mode, path, problems) => {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) problems.push(invalid(path, mode, MODE));
};

/** A key of a ConfigMap or Secret that becomes a file. */
export const item: Rules<KeyToPath> = [
  at('key', present()),
  at('path', present(), given(writable)),
  at('mode', fileMode),
];

/** What a pod shows of itself in a file. */
export const downwardFile: Rule<DownwardAPIVolumeFile> = (file, path, problems) => {
  const { fieldRef, resourceFieldRef } = file;
  if (file.path === '') problems.push(required(`${path}.path`));
  writable(file.path, `${path}.path`, problems);
  if (fieldRef !== undefined) {
    fileFieldReference(fieldRef, `${path}.fieldRef`, problems);
    if (resourceFieldRef !== undefined) {
      problems.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (resourceFieldRef !== undefined)
    fileResourceReference(resourceFieldRef, `${path}.resourceFieldRef`, problems);
  else problems.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  fileMode(file.mode, `${path}.mode`, problems);
};
