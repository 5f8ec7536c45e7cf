/** Which attributes of which elements hold links. Upstream: apimachinery/pkg/util/proxy/transport.go (atomsToAttrs). */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  applet: ['codebase'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  command: ['icon'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  head: ['profile'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['src', 'usemap', 'formaction'],
  ins: ['cite'],
  link: ['href'],
  object: ['classid', 'codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

/** Elements whose content is text up to their closing tag. */
const RAW = new Set(['iframe', 'noembed', 'noframes', 'plaintext', 'script', 'style', 'textarea', 'title', 'xmp']);

/** A page with the links of its tags rewritten; all else stays as it is, byte for byte. Takes time linear in its length. */
export function rewriteHtml(html: string, rewrite: (link: string) => string): string {
  const out: string[] = [];
  let copied = 0;
  const replace = (from: number, to: number, text: string) => {
    out.push(html.slice(copied, from), text);
    copied = to;
  };
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const name = /^[a-z][^\s/>]*/i.exec(html.slice(at + 1, at + 33))?.[0].toLowerCase();
    if (name === undefined) {
      at = endOfMarkup(html, at);
      continue;
    }
    const links = Object.hasOwn(LINKS, name) ? LINKS[name]! : [];
    at = eachAttribute(html, at + 1 + name.length, (attribute, from, to) => {
      if (!links.includes(attribute)) return;
      const [before, quote] = [html.slice(from, to), html[from - 1]];
      const after = rewrite(unescaped(before));
      if (after !== unescaped(before)) replace(from, to, escaped(after, quote === '"' || quote === "'" ? quote : ''));
    });
    if (RAW.has(name)) at = endOfRaw(html, at, name);
  }
  out.push(html.slice(copied));
  return out.join('');
}

/** Behind a comment, a closing tag, a declaration, or a `<` that begins nothing. */
function endOfMarkup(html: string, at: number): number {
  const isComment = html.startsWith('<!--', at);
  if (!isComment && !/[!?/]/.test(html[at + 1] ?? '')) return at + 1;
  const end = html.indexOf(isComment ? '-->' : '>', at + (isComment ? 4 : 2));
  return end < 0 ? html.length : end + (isComment ? 3 : 1);
}

/** Where the closing tag begins; names of tags have no case. */
function endOfRaw(html: string, from: number, name: string): number {
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2)) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return at;
  }
  return html.length;
}

const isSpace = (character: string | undefined) => character !== undefined && /\s/.test(character);

/** Tells of each attribute with a value its name and where the value lies; gives the place behind the tag. */
function eachAttribute(html: string, from: number, tell: (name: string, from: number, to: number) => void): number {
  let at = from;
  const skip = (while_: (character: string) => boolean) => {
    while (at < html.length && while_(html[at]!)) at++;
  };
  for (;;) {
    skip((character) => isSpace(character) || character === '/');
    if (at >= html.length) return at;
    if (html[at] === '>') return at + 1;
    const begin = at;
    at++;
    skip((character) => !isSpace(character) && !'/>='.includes(character));
    const name = html.slice(begin, at).toLowerCase();
    skip(isSpace);
    if (html[at] !== '=') continue;
    at++;
    skip(isSpace);
    const quote = html[at];
    if (quote === '"' || quote === "'") {
      const end = html.indexOf(quote, at + 1);
      // A value that does not end is no value.
      if (end < 0) return html.length;
      tell(name, at + 1, end);
      at = end + 1;
    } else {
      const start = at;
      skip((character) => !isSpace(character) && character !== '>');
      tell(name, start, at);
    }
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#34': '"',
  '#39': "'",
};

const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos|#34|#39);/g, (_, name: string) => ENTITIES[name]!);

/** Without quotes around it a value gets some. */
function escaped(text: string, quote: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('"', '&#34;').replaceAll("'", '&#39;');
  return quote === '' ? `"${safe}"` : safe;
}
