/** A browser has no setImmediate; core's tests take it as virtual time's barrier. A MessageChannel's macrotask does the same. */
const waiting: (() => void)[] = [];
const channel = new MessageChannel();
channel.port1.onmessage = () => waiting.shift()?.();
Object.assign(globalThis, {
  setImmediate(f: () => void) {
    waiting.push(f);
    channel.port2.postMessage(undefined);
  },
});
