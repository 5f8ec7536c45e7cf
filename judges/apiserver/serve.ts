import { startServer } from './start.ts';

/** `node judges/apiserver/serve.ts [PORT]`: a server to try things on; ends with Ctrl-C. */
const { kubeconfig, stop } = await startServer({ port: Number(process.argv[2] ?? 0) });
console.log(kubeconfig);
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
