export { gatewayOfProc, gatewayOfRouteGet, gatewayOfRoutePrint } from './default-gateway.ts';
export { decodePmpAnswer, encodePmpAddressRequest, encodePmpMapping } from './nat-pmp.ts';
export { decodePcpAnswer, encodePcpMapping } from './pcp.ts';
export { PortMapper, type PortMapperOptions } from './port-mapper.ts';
export { MAPPING_LIMITS } from './types.ts';
export type { MappedPort, MappedProtocol, MappingMethod, MappingOutcome, MappingRequest } from './types.ts';
export { descriptionUrl } from './upnp-search.ts';
export { routerService, textInAnswer } from './upnp-xml.ts';
