export { createRoutes, routesTo, type Route, type RoutesParts } from './routes.ts';
export { createServiceProxy, type ServiceProxy, type ServiceProxyParts } from './service-proxy.ts';
