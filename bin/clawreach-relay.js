#!/usr/bin/env node
import { launch } from './launch.js';

launch('clawreach-relay', import.meta.url);
