const NUMBERS = 'a number is shown by its value, not as it was written';

/** Histories in which ours is known to differ, and why: each is to go. */
export const known: Readonly<Record<string, string>> = {
  'stateful set': 'a value in a refusal is shown as Go prints it',
  'the longest integers': NUMBERS,
  'numbers in untyped data': NUMBERS,
};

/** Groups of histories that wait for a part that is not built; `diff.ts customs` plays them all the same. */
export const awaited: Readonly<Record<string, string>> = {
  customs: 'custom resources are not served yet',
};
