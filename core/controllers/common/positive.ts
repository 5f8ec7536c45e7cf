/** A count as a field, left out when it is zero, as the API writes most of them: `{...positive('readyReplicas', 2)}`. */
export const positive = <K extends string>(field: K, value: number): { readonly [F in K]?: number } =>
  value === 0 ? {} : ({ [field]: value } as { readonly [F in K]: number });
