import type { Attributes, Authorizer, Decision } from '#core/apiserver';

const MASTERS: Decision = { allowed: true, reason: '' };

/** `system:masters` may do everything, whatever roles say: the way out of a locked cluster. */
export const masters: Authorizer = {
  decide: ({ user }) => (user.groups.includes('system:masters') ? MASTERS : { allowed: false, reason: '' }),
};

/** The first that allows or denies for good decides; else nobody allowed it, with all their reasons. */
export function authorizers(all: readonly Authorizer[]): Authorizer {
  const from = (start: number, attributes: Attributes, before: readonly Decision[]): Decision | Promise<Decision> => {
    const decisions = [...before];
    for (let i = start; i < all.length; i++) {
      const decision = all[i]!.decide(attributes);
      if (decision instanceof Promise) {
        return decision.then((late) =>
          late.allowed || late.denied === true ? late : from(i + 1, attributes, [...decisions, late]),
        );
      }
      if (decision.allowed || decision.denied === true) return decision;
      decisions.push(decision);
    }
    const errors = decisions.map(({ error }) => error ?? '').filter((one) => one !== '');
    return {
      allowed: false,
      reason: decisions
        .map(({ reason }) => reason)
        .filter((one) => one !== '')
        .join('\n'),
      ...(errors.length === 0 ? {} : { error: errors.join('\n') }),
    };
  };
  return { decide: (attributes) => from(0, attributes, []) };
}
