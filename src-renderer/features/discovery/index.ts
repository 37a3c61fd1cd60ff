export { DiscoverySwitches } from './discovery-switches.tsx';
export { NearbyDrawing, strangersOf, type NearbyDrawingProps } from './nearby-drawing.tsx';
export { Nearby } from './nearby.tsx';
export { useDiscovery, type DiscoveryControl } from './use-discovery.ts';
