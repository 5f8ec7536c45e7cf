import { type Readable, toBase64, utf8 } from '#core/base';
import { acceptWebSocket, type Upgradable } from './accept.ts';
import { untilGone, webSocket } from './web-socket.ts';

/** In base64 as text, else as it is. Upstream: k8s.io/streaming/pkg/httpstream/wsstream/stream.go. */
const PROTOCOLS = ['', 'binary.k8s.io', 'base64.binary.k8s.io'];

/** Answers a WebSocket's request with what a stream gives, a message a chunk, until either side ends. Throws a StatusError. */
export function sendMessages(request: Upgradable, body: Readable): void {
  const { duplex, protocol } = acceptWebSocket(request, (offered) =>
    offered.length === 0 ? '' : PROTOCOLS.find((one) => offered.includes(one)),
  );
  const socket = webSocket(duplex);
  const text = protocol === 'base64.binary.k8s.io';
  const send = (bytes: Uint8Array) => socket.send({ text, bytes: text ? utf8(toBase64(bytes)) : bytes });
  void untilGone(socket)
    .catch(() => undefined)
    .then(() => body.cancel());
  void (async () => {
    // Clients wait for a first message to know that they are connected.
    await send(new Uint8Array(0));
    for (let chunk = await body.read(); chunk !== undefined; chunk = await body.read()) await send(chunk);
  })().then(
    () => socket.close(),
    () => socket.close(1011),
  );
}
