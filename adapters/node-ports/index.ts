export { listenOnLoopback } from './listen.ts';
