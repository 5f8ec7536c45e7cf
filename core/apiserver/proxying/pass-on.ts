import type { Duplex } from '#core/base';
import { badRequest, serviceUnavailable } from '#core/machinery/status';
import type { Context, Result } from '../context.ts';
import type { Outbound, OutboundAnswer, Target } from '../outbound.ts';
import type { Answer } from '../types.ts';
import type { Kit } from '../verbs/kit.ts';

/** Headers that belong to one connection and are not passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
]);
/** The client's proof of who it is goes no further than this server. */
const CREDENTIALS = /^(?:authorization|impersonate-.*|x-remote-.*)$/;

export function outboundOf({ parts: { outbound } }: Kit): Outbound {
  if (outbound === undefined) throw serviceUnavailable('this server cannot reach nodes, pods and Services');
  return outbound;
}

/** A client's headers as the other side may see them. */
export function passedOn({ headers, peer }: Context): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || HOP_BY_HOP.has(name) || CREDENTIALS.test(name)) continue;
    kept[name] = value;
  }
  const { 'x-forwarded-for': before } = kept;
  kept['x-forwarded-for'] = before === undefined ? peer.address : `${before}, ${peer.address}`;
  return kept;
}

/** Joins the client's connection to one of the other side. Throws a StatusError where the client asks for none. */
export async function upgraded(kit: Kit, context: Context, where: Target, path: string): Promise<Result> {
  const { upgrade, headers, method, signal } = context;
  if (upgrade === undefined) throw badRequest('Upgrade request required');
  const asked = passedOn(context);
  for (const name of ['connection', 'upgrade']) if (headers[name] !== undefined) asked[name] = headers[name];
  const { head, duplex } = await outboundOf(kit).upgrade(where, { method, path, headers: asked, signal: signal() });
  if (duplex === undefined || head.status !== 101) return { kind: 'answer', answer: head };
  const client = upgrade(head.headers);
  void join(client, duplex);
  return { kind: 'answer', answer: { status: 101, headers: {}, body: 'upgraded' } };
}

/** Lets two connections speak to each other until both are done. */
async function join(left: Duplex, right: Duplex): Promise<void> {
  await Promise.all([carry(left, right), carry(right, left)]);
}

async function carry(from: Duplex, to: Duplex): Promise<void> {
  void to.writable.closed.then(() => from.readable.cancel());
  try {
    for (;;) {
      const chunk = await from.readable.read();
      if (chunk === undefined) break;
      await to.writable.write(chunk);
    }
    to.writable.end();
  } catch (failure) {
    to.writable.abort(failure);
  }
}

/** The other side's answer, its body passed on as it comes. */
export function streamed({ status, headers, body }: OutboundAnswer): Answer {
  return {
    status,
    headers: ofTheAnswer(headers),
    body: (out) => {
      void (async () => {
        void out.closed.then(() => body.cancel());
        try {
          for (;;) {
            const chunk = await body.read();
            if (chunk === undefined) break;
            await out.write(chunk);
          }
          out.end();
        } catch (failure) {
          out.abort(failure);
        }
      })();
    },
  };
}

/** Without those of the connection that it came by. */
export function ofTheAnswer(headers: OutboundAnswer['headers']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (!HOP_BY_HOP.has(name)) kept[name] = value;
  return kept;
}
