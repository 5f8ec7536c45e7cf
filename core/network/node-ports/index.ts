export { createNodePorts, wantedPorts, type Listener, type NodePortParts, type WantedPort } from './node-ports.ts';
