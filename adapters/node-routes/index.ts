export { setRoutes, type NodeRoute } from './routes.ts';
