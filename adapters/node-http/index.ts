export { defaultHttpLimits, type HttpLimits } from './limits.ts';
export { type HttpServer, serveHttp, type ServeOptions, type ServerTls } from './serve.ts';
export { nodeGzip } from './gzip.ts';
