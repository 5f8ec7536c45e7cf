const NUMBERS = 'a number in JSON is known by its value, not by how it was written';

/** Histories in which ours is known to differ, and why: each is to go. */
export const known: Readonly<Record<string, string>> = {
  'stateful set': 'a value in a refusal is shown as Go prints it',
  'the longest integers': NUMBERS,
  'numbers in untyped data': NUMBERS,
  'integers that are none': NUMBERS,
};
