import { portsCollide } from '../requests.ts';
import type { Plugin } from './plugin.ts';

/** Upstream: pkg/scheduler/framework/plugins/nodeports. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  filter({ ports }, { slots }) {
    if (ports.length === 0) return undefined;
    return (place) => {
      for (const other of slots[place]!.pods.values()) {
        if (other.ports.some((taken) => ports.some((wanted) => portsCollide(taken, wanted)))) {
          return "node(s) didn't have free ports for the requested pod ports";
        }
      }
      return undefined;
    };
  },
  preemptible: true,
  wakes: ['nodeAdded', 'podRemoved'],
};
