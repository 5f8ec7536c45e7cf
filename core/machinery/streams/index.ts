export * from './accept.ts';
export * from './channels.ts';
export * from './messages.ts';
export { SpdyFailure, type SpdyHeaders } from './spdy-frames.ts';
export * from './spdy.ts';
export * from './web-socket.ts';
