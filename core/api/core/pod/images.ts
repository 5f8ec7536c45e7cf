import { invalid, type Problem } from '#core/machinery/status';
import { chosen } from '#core/machinery/validation';

export const pullPolicy = chosen('Always', 'IfNotPresent', 'Never');

/** Old templates may have odd images; pods may not. */
export function imageProblems({ image = '' }: { readonly image?: string }, path: string, problems: Problem[]): void {
  if (image.trim() !== image)
    problems.push(invalid(`${path}.image`, image, 'must not have leading or trailing whitespace'));
}
