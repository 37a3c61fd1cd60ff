import type { GatewayDeviceView, GatewayNodeView } from '#shared/app-api/index.ts';
import type { FetchList } from './use-list.ts';

/** Lists the devices of a gateway through the agent. */
export const fetchDevices: FetchList<GatewayDeviceView> = (api, gateway, signal) =>
  api.call('devices.list', { gateway }, { signal });

/** Lists the nodes of a gateway through the agent. */
export const fetchNodes: FetchList<GatewayNodeView> = (api, gateway, signal) =>
  api.call('nodes.list', { gateway }, { signal });
