export { AutoRule, type AutoParts } from './auto-rule.ts';
export { AutoUpstream, isAboutWay } from './auto-upstream.ts';
export { AUTO_LIMITS } from './limits.ts';
export { LinkAssociations } from './link-associations.ts';
export { MixedServer } from './mixed-server.ts';
export { PlaceChanges } from './place-changes.ts';
export { Prober, type ProberOptions } from './prober.ts';
export { WayChoice, type Way } from './way-choice.ts';
