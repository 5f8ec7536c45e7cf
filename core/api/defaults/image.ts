const REFERENCE =
  /^((?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/;

/** The name of an image by its content is none of a repository. */
const IDENTIFIER = /^[a-f0-9]{64}$/;
const MAX_PATH = 255;

/** The name without the registry; an image of one word lies in Docker's library. */
function pathOf(name: string): string {
  const slash = name.indexOf('/');
  if (slash < 0) return `library/${name}`;
  const first = name.slice(0, slash);
  const isRegistry = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  return isRegistry ? name.slice(slash + 1) : name;
}

/** How an image is pulled where nobody said: `latest`, said or meant, always, everything else once. Upstream: pkg/util/parsers/parsers.go. */
export function pullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
  const match = REFERENCE.exec(image);
  if (match === null || IDENTIFIER.test(image) || pathOf(image.slice(0, match[1]!.length)).length > MAX_PATH) {
    return 'IfNotPresent';
  }
  const [, , tag, digest] = match;
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}
