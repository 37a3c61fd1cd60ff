#!/usr/bin/env node
import { launch } from './launch.js';

launch('clawreach', import.meta.url);
