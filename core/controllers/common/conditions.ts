/** What the conditions of all kinds have in common. */
export interface ConditionLike {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export const conditionOf = <C extends ConditionLike>(conditions: readonly C[] | undefined, type: string) =>
  conditions?.find((condition) => condition.type === type);

/** The conditions without one. The same list where there is none. */
export const withoutCondition = <C extends ConditionLike>(conditions: readonly C[] = [], type: string): readonly C[] =>
  conditions.some((condition) => condition.type === type)
    ? conditions.filter((condition) => condition.type !== type)
    : conditions;

/** Puts a condition at the end, in the place of the one of its type; the same list where status and reason stay as they are. */
export function withCondition<C extends ConditionLike>(conditions: readonly C[] = [], condition: C): readonly C[] {
  const known = conditionOf(conditions, condition.type);
  if (known !== undefined && known.status === condition.status && known.reason === condition.reason) return conditions;
  return [...withoutCondition(conditions, condition.type), condition];
}
