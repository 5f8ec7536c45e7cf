import { driverNameProblems } from '#core/api/core';
import type { DeviceSelector, OpaqueDeviceConfiguration } from '#core/api/types';
import { byteLength } from '#core/machinery/names';
import { invalid, type Problem, required, tooLong } from '#core/machinery/status';
import { selectorExpressionProblems } from './expressions.ts';
import { listProblems } from './lists.ts';

export const MAX_CONFIGS = 32;
const MAX_SELECTORS = 32;
const MAX_TEXT = 10 * 1024;

/** Selectors are given, and mean something. */
export function selectorsProblems(selectors: readonly DeviceSelector[] | undefined, path: string, problems: Problem[]) {
  listProblems(
    selectors,
    MAX_SELECTORS,
    ({ cel }, place) => {
      if (cel === undefined) problems.push(required(`${place}.cel`));
      else if (byteLength(cel.expression ?? '') > MAX_TEXT) {
        problems.push(tooLong(`${place}.cel.expression`, MAX_TEXT));
      } else selectorExpressionProblems(cel.expression ?? '', `${place}.cel.expression`, problems);
    },
    path,
    problems,
  );
}

/** What only a driver can read: a JSON object. */
export function configurationProblems(
  { opaque }: { readonly opaque?: OpaqueDeviceConfiguration },
  path: string,
  problems: Problem[],
): void {
  const place = `${path}.opaque`;
  if (opaque === undefined) {
    problems.push(required(place));
    return;
  }
  driverNameProblems(opaque.driver, `${place}.driver`, problems);
  parametersProblems(opaque.parameters, MAX_TEXT, `${place}.parameters`, problems);
}

/** A JSON object of not too many bytes. */
export function parametersProblems(parameters: unknown, most: number, path: string, problems: Problem[]): void {
  if (parameters === undefined || parameters === null) problems.push(required(path));
  else if (byteLength(JSON.stringify(parameters)) > most) problems.push(tooLong(path, most));
  else if (typeof parameters !== 'object' || Array.isArray(parameters)) {
    problems.push(invalid(path, '<value omitted>', 'must be a valid JSON object'));
  }
}
