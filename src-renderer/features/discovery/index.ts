export { DiscoverySwitches } from './discovery-switches.tsx';
export { NearbyDrawing, type NearbyDrawingProps } from './nearby-drawing.tsx';
export { Nearby } from './nearby.tsx';
export { chosenOf, strangersOf, unnamedText } from './strangers.ts';
export { useDiscovery, type DiscoveryControl } from './use-discovery.ts';
