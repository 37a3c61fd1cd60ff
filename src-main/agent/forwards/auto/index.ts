export { AutoRule, type AutoServices } from './auto-rule.ts';
export { AutoUpstream, isUpstreamError } from './auto-upstream.ts';
export { AUTO_LIMITS } from './limits.ts';
export { LinkAssociations } from './link-associations.ts';
export { MixedServer } from './mixed-server.ts';
export { NetworkChanges } from './network-changes.ts';
export { Prober, type ProberOptions } from './prober.ts';
export { UpstreamSelector, type ForwardUpstream } from './upstream-selector.ts';
