export { nodeDialer } from './dialer.ts';
