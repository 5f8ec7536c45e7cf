import type { PodInfo } from '../snapshot.ts';
import type { Plugin } from './plugin.ts';

/** Bytes: less is not worth a difference; more per container makes none. */
const LEAST = 23 * 1024 * 1024;
const MOST = 1000 * 1024 * 1024;

/** Node statuses name images with their tag. */
const withTag = (image: string): string =>
  image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;

const imagesOf = ({ pod: { spec } }: PodInfo): readonly string[] => [
  ...[...spec.containers, ...(spec.initContainers ?? [])].map(({ image = '' }) => withTag(image)),
  ...(spec.volumes ?? []).flatMap(({ image }) => (image === undefined ? [] : [withTag(image.reference ?? '')])),
];

/**
 * Prefers nodes that have the pod's images, the more the larger they are; an image that few nodes have counts less, or all its
 * pods would go to these few. Upstream: pkg/scheduler/framework/plugins/imagelocality.
 */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  score: {
    weight: 1,
    normalize: 'none',
    prepare(info, snapshot) {
      const images = imagesOf(info).filter((image) => snapshot.imageNodes.has(image));
      if (images.length === 0) return undefined;
      const { containers, initContainers = [] } = info.pod.spec;
      const most = MOST * (containers.length + initContainers.length);
      return (place) => {
        let sum = 0;
        for (const image of images) {
          const bytes = snapshot.slots[place]!.images.get(image) ?? 0;
          sum += Math.floor((bytes * snapshot.imageNodes.get(image)!) / snapshot.size);
        }
        return Math.floor((100 * (Math.min(Math.max(sum, LEAST), most) - LEAST)) / (most - LEAST));
      };
    },
  },
  wakes: [],
};
