export { DiscoverySwitches } from './discovery-switches.tsx';
export { NearbyDrawing, type NearbyDrawingProps } from './nearby-drawing.tsx';
export { Nearby, type NearbyProps } from './nearby.tsx';
