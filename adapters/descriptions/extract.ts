/** The doc comments of one class of `@kubernetes/client-node`'s declarations: '' is the class itself, else a field by its JSON name. */
export type ClassText = Readonly<Record<string, string>>;

const MEMBER = /\/\*\*\s*([\s\S]*?)\s*\*\/\s*(?:export declare class (\w+)|'([^']+)'\??:)/g;

/** Reads what generated declarations say of their class and its fields; `undefined` where the file declares none. */
export function classText(declarations: string): { readonly name: string; readonly text: ClassText } | undefined {
  // The file starts with a comment of its own, before the imports.
  const from = declarations.indexOf('*/') + 2;
  const text: Record<string, string> = {};
  let name: string | undefined;
  for (const [, comment = '', declared, member] of declarations.slice(from).matchAll(MEMBER)) {
    const plain = comment
      .replace(/^\s*\* ?/gm, '')
      .replace(/\\(['"])/g, '$1')
      .trim();
    if (declared !== undefined) {
      name = declared;
      text[''] = plain;
    } else if (member !== undefined) text[jsonName(member)] = plain;
  }
  return name === undefined ? undefined : { name, text };
}

/** TypeScript's reserved words have an underscore there, and dashes are underscores. */
const jsonName = (member: string): string =>
  member.startsWith('x_kubernetes_') ? member.replaceAll('_', '-') : member.replace(/^_/, '');

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The classes that may stand for a definition, the likelier first: `io.k8s.api.core.v1.Event` is CoreV1Event, a pod V1Pod. */
export function classNames(definition: string): readonly string[] {
  const [group = '', version = '', name = ''] = definition.split('.').slice(-3);
  return [`${capital(group)}${capital(version)}${name}`, `${capital(version)}${name}`];
}
