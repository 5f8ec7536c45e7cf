import { expect, test } from 'vitest';
import { APP_ARMOR } from '#core/api/pods';
import type { AppArmorProfile, PodSpec } from '#core/api/types';
import { withAppArmor } from './app-armor.ts';

const RuntimeDefault: AppArmorProfile = { type: 'RuntimeDefault' };

test.each<{
  it: string;
  annotation: string;
  ofPod?: AppArmorProfile;
  own?: AppArmorProfile;
  becomes?: AppArmorProfile;
  warns: boolean;
}>([
  { it: 'goes into the field', annotation: 'runtime/default', becomes: RuntimeDefault, warns: true },
  {
    it: 'goes into the field with its path',
    annotation: 'localhost/a',
    becomes: { type: 'Localhost', localhostProfile: 'a' },
    warns: true,
  },
  { it: 'that is the pod’s is not repeated', annotation: 'runtime/default', ofPod: RuntimeDefault, warns: false },
  { it: 'that cannot be a field is let be', annotation: 'localhost/', warns: true },
  { it: 'that would be a wrong field is let be', annotation: 'localhost/ a', warns: true },
  {
    it: 'is nothing beside a field',
    annotation: 'unconfined',
    own: RuntimeDefault,
    becomes: RuntimeDefault,
    warns: false,
  },
])('a profile in an annotation $it', ({ annotation, ofPod, own, becomes, warns }) => {
  const told: string[] = [];
  const spec = {
    ...(ofPod === undefined ? {} : { securityContext: { appArmorProfile: ofPod } }),
    containers: [{ name: 'c', ...(own === undefined ? {} : { securityContext: { appArmorProfile: own } }) }],
  } as unknown as PodSpec;
  const { containers } = withAppArmor(spec, { [`${APP_ARMOR}c`]: annotation }, (text) => told.push(text));
  expect(containers[0]!.securityContext?.appArmorProfile).toEqual(becomes);
  expect(told).toHaveLength(warns ? 1 : 0);
});
