export { DiscoverySwitches } from './discovery-switches.tsx';
export { Nearby, type NearbyProps } from './nearby.tsx';
