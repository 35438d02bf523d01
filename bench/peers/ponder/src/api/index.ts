// Ponder wants an API; what it serves by itself is all that is needed.
import { Hono } from 'hono';

export default new Hono();
