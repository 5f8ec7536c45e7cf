/**
 * Replaces `$(NAME)` by the variable's value; `$$(NAME)` stands for `$(NAME)`, and what is not known stays as it is.
 * Upstream: third_party/forked/golang/expansion.
 */
export function expand(text: string, valueOf: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, escaped: string, name: string | undefined) => {
    if (escaped === '$') return '$';
    return valueOf(name ?? '') ?? whole;
  });
}
