const FORM = /^(?:([A-Za-z][A-Za-z\d+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

/** The parts of what a request may ask for; what is not given is empty, but for the port. */
export interface RequestUri {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly port: string | undefined;
}

/** A path from a root, or a whole address: what a request may ask for. Upstream: Go's net/url (ParseRequestURI). */
export function parseRequestUri(text: string): RequestUri | undefined {
  const found = FORM.exec(text);
  if (found === null || text === '' || /[\0-\u001f\u007f]/.test(text) || /%(?![\da-fA-F]{2})/.test(text))
    return undefined;
  const [, scheme = '', , host = '', path = '', query = ''] = found;
  if (scheme === '' && !text.startsWith('/')) return undefined;
  const port = /:(\d*)$/.exec(host)?.[1];
  if (/:[^\]]*$/.test(host) && port === undefined) return undefined;
  if (/[ <>"^`{}|\\]/.test(host) || (host.startsWith('[') && !host.includes(']'))) return undefined;
  // Only what is not ASCII, and the percent sign of a zone, may be escaped in a host.
  if (/%(?!25)[0-7]/.test(host)) return undefined;
  return { scheme, host, path, query, port };
}

/** Whether a text is an address that a request may ask for. */
export const isRequestUri = (text: string): boolean => parseRequestUri(text.replace(/#.*$/s, '')) !== undefined;
