import { concat, textOf, utf8 } from '#core/base';
import type { OutboundAnswer } from '../outbound.ts';
import type { Answer, Headers } from '../types.ts';
import { rewriteHtml } from './html.ts';
import { rewriteLink, type Place } from './links.ts';
import { ofTheAnswer, streamed } from './pass-on.ts';

/** A page that is longer is passed on as it is. */
const LONGEST_PAGE = 8 * 1024 * 1024;

const CORS = ['credentials', 'headers', 'methods', 'origin'].map((what) => `access-control-allow-${what}`);

/**
 * The answer of a proxied pod, Service or node as clients must see it: redirects and the links of pages lead through the proxy.
 * Upstream: apimachinery/pkg/util/proxy/transport.go (RoundTrip), upgradeaware.go (removeCORSHeaders).
 */
export async function proxiedAnswer(answer: OutboundAnswer, place: Place): Promise<Answer> {
  const headers: Record<string, string> = { ...answer.headers };
  for (const name of CORS) delete headers[name];
  const { location } = headers;
  if (location !== undefined) headers['location'] = rewriteLink(location, place);
  return location === undefined && isPage(headers)
    ? page({ ...answer, headers }, place)
    : streamed({ ...answer, headers });
}

const isPage = ({ 'content-type': type = '', 'content-encoding': encoding = '' }: Headers): boolean =>
  encoding === '' && type.split(';', 1)[0]!.trim() === 'text/html';

async function page(answer: OutboundAnswer, place: Place): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length <= LONGEST_PAGE) {
    const chunk = await answer.body.read();
    if (chunk === undefined) {
      return { status: answer.status, headers: ofTheAnswer(answer.headers), body: [rewritten(concat(chunks), place)] };
    }
    chunks.push(chunk);
    length += chunk.length;
  }
  const { body } = answer;
  return streamed({
    ...answer,
    body: { read: () => Promise.resolve(chunks.shift() ?? body.read()), cancel: (reason) => body.cancel(reason) },
  });
}

function rewritten(bytes: Uint8Array, place: Place): Uint8Array {
  try {
    return utf8(rewriteHtml(textOf(bytes), (link) => rewriteLink(link, place)));
  } catch (failure) {
    // Another character set.
    if (failure instanceof TypeError) return bytes;
    throw failure;
  }
}
