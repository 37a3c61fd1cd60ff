# The relay of ClawReach. Terminates TLS itself (own certificate) unless CLAWREACH_RELAY_TLS says otherwise; see docs/RELAY.md.
FROM node:24-slim AS build
WORKDIR /build
# Native modules of the agent are not needed here: dependencies without their scripts, then one bundle.
COPY package.json package-lock.json .npmrc ./
RUN npm install --ignore-scripts --no-audit --no-fund
# The relay and its page, which is made of the sources of window and agent.
COPY tsconfig.json vite.config.ts ./
COPY scripts ./scripts
COPY bin ./bin
COPY build/updates.json ./build/
COPY src-shared ./src-shared
COPY src-node ./src-node
COPY src-relay ./src-relay
COPY src-main ./src-main
COPY src-browser ./src-browser
COPY src-renderer ./src-renderer
COPY assets ./assets
COPY docs ./docs
RUN node scripts/build.ts --relay && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production \
    CLAWREACH_RELAY_DATA=/data
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/bin ./bin
COPY --from=build /build/dist ./dist
RUN mkdir /data && chown node:node /data && chmod 0700 /data
USER node
VOLUME /data
EXPOSE 7474/tcp 7474/udp
STOPSIGNAL SIGTERM
# Asks by plain HTTP or TLS, whichever this relay speaks. No authority signed its own certificate, so it is not verified.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 \
  CMD ["node", "-e", "const s=process.env.CLAWREACH_RELAY_TLS==='off'?'http':'https';const p=(process.env.CLAWREACH_RELAY_LISTEN||'7474').split(':').pop();require('node:'+s).get(s+'://127.0.0.1:'+p+'/healthz',{rejectUnauthorized:false},r=>process.exit(r.statusCode===200?0:1)).on('error',()=>process.exit(1))"]
ENTRYPOINT ["node", "bin/clawreach-relay.js"]
