export { restartRule, restartsAfter } from './restarts.ts';
