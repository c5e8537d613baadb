import type { Setting, ValueOf } from '../setting.ts';
import { callSettings } from './calls.ts';
import { dependencySettings } from './dependencies.ts';
import { kafkaSettings } from './kafka.ts';
import { messagingSettings } from './messaging.ts';
import { processSettings } from './process.ts';
import { securitySettings } from './security.ts';

/** Every key that the service reads, in the order in which the reference lists them. */
export const settings = {
  ...processSettings,
  ...dependencySettings,
  ...kafkaSettings,
  ...messagingSettings,
  ...callSettings,
  ...securitySettings,
} as const satisfies Record<string, Setting>;

export type Key = keyof typeof settings;
export type Values = { readonly [Name in Key]: ValueOf<(typeof settings)[Name]> };

export const keys = Object.keys(settings) as readonly Key[];
