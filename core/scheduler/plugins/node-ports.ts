import { portsCollide } from '../requests.ts';
import { type Plugin, refusal } from './plugin.ts';

const TAKEN = refusal('NodePorts', true, "node(s) didn't have free ports for the requested pod ports");

/** Upstream: pkg/scheduler/framework/plugins/nodeports. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  filter({ ports }, { slots }) {
    if (ports.length === 0) return undefined;
    return {
      check(place) {
        for (const other of slots[place]!.pods.values()) {
          if (other.ports.some((taken) => ports.some((wanted) => portsCollide(taken, wanted)))) return TAKEN;
        }
        return undefined;
      },
    };
  },
  wakes: ['nodeAdded', 'podRemoved'],
};
