import type { Duplex } from '#core/base';
import { badRequest, forbidden } from '#core/machinery/status';
import { webSocketAccept } from './web-socket.ts';

/** A request whose connection may be taken over. */
export interface Upgradable {
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly upgrade?: (headers: Readonly<Record<string, string>>) => Duplex;
}

/** The values of a header that is a list. */
export const listedIn = ({ headers }: Upgradable, name: string): readonly string[] =>
  (headers[name] ?? '').split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));

export const isWebSocket = (request: Upgradable): boolean =>
  listedIn(request, 'upgrade').some((one) => one.toLowerCase() === 'websocket');

/** Takes the connection over for WebSocket; `choose` picks of the subprotocols that the client offers. Throws a StatusError where none fits. */
export function acceptWebSocket(
  request: Upgradable,
  choose: (offered: readonly string[]) => string | undefined,
): { readonly duplex: Duplex; readonly protocol: string } {
  const offered = listedIn(request, 'sec-websocket-protocol');
  const protocol = choose(offered);
  const key = request.headers['sec-websocket-key'];
  if (key === undefined || request.upgrade === undefined) throw badRequest('this is no request for a WebSocket');
  if (protocol === undefined) {
    throw forbidden(
      { group: '', resource: '' },
      `none of the WebSocket protocols [${offered.join(' ')}] is spoken here`,
    );
  }
  const duplex = request.upgrade({
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-accept': webSocketAccept(key),
    ...(protocol === '' ? {} : { 'sec-websocket-protocol': protocol }),
  });
  return { duplex, protocol };
}
