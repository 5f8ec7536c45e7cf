const NUMBERS = 'a number is shown by its value, not as it was written';

/** Histories in which ours is known to differ, and why: each is to go. */
export const known: Readonly<Record<string, string>> = {
  'stateful set': 'a value in a refusal is shown as Go prints it',
  'custom: status and scale':
    'the original answers 500 where the scale of a custom resource is applied; ours applies it',
  'the longest integers': NUMBERS,
  'numbers in untyped data': NUMBERS,
};
