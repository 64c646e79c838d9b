/** An instance as `dist/main.js` starts it, but for how long things take in delivering webhooks: nobody waits a day. */
import { readConfig } from "../../dist/config/config.js";
import { openLog } from "../../dist/log.js";
import { startServer } from "../../dist/server.js";

const log = openLog("info");
const webhookTimes = JSON.parse(process.env.PARLEY_TEST_WEBHOOK_TIMES);
const { url } = await startServer({ config: readConfig(), log, now: () => new Date(), webhookTimes });
log.info({ url }, "Parley is ready");
