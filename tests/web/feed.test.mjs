/* Long walls while others publish: nothing twice, nothing missing, nothing moves;
 * what it costs; where back, forward and reload lead; pages that do not shift. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { faultsOf, launch, list, logIn, open, plantPins, settled, sql, visit }
	from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
	for (const name of ['busy', 'many2'])
		sql(`insert into account (username, email, password)
			values ('${name}', '${name}@example.com', '')
			on conflict do nothing`);
});
after(() => browser.close());

async function start(t, options = {}) {
	const page = await visit(browser, options);
	t.after(() => page.context().close());
	return page;
}

/* Notes each card that comes by, and where it stands. */
const watchCards = () => {
	window.cards = new Map();
	window.faults = [];
	const look = () => {
		const inView = new Set();
		for (const card of document.querySelectorAll('.card[data-pin]')) {
			const { pin } = card.dataset;
			const box = card.getBoundingClientRect();
			const at = [box.x, box.y + scrollY, box.width, box.height]
				.map(Math.round).join(' ');
			if (inView.has(pin))
				window.faults.push(`${pin} twice`);
			inView.add(pin);
			const was = window.cards.get(pin);
			if (was !== undefined && was !== at)
				window.faults.push(`${pin} from ${was} to ${at}`);
			window.cards.set(pin, at);
		}
		requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
};

/* Scrolls down until something is true, by less than a window a time. */
async function scrollUntil(page, done) {
	let steps = 0, tries = 0;
	while (!await page.evaluate(done)) {
		const moved = await page.evaluate(() => {
			const y = scrollY;
			scrollBy(0, innerHeight * 0.8);
			return scrollY !== y;
		});
		steps += moved ? 1 : 0;
		tries = moved ? 0 : tries + 1;
		assert.ok(steps < 600 && tries < 600, 'the end was not reached');
		await page.waitForTimeout(25);
	}
}

/* 100 pins a second by somebody else, until it is told to stop. */
function publish() {
	const one = `with i as (insert into item (kind, owner) select 'pin', id
			from account where username = 'busy' returning id, owner),
		m as (insert into media (owner, image, files, width, height, frames,
			source, colour, palette, placeholder, dhash, sha256, complete)
			select i.owner, m.image, m.files, m.width, m.height, m.frames,
				m.source, m.colour, m.palette, m.placeholder, m.dhash,
				m.sha256, true
			from i, (select * from media where complete order by id limit 1) m
			returning id)
		insert into pin (id, title, media) select i.id, 'While', m.id
		from i, m;\n`;
	const psql = spawn('psql', [process.env.DATABASE, '-X', '-q',
		'-v', 'ON_ERROR_STOP=1'], { stdio: ['pipe', 'ignore', 'inherit'] });
	const ended = new Promise((resolve) => psql.on('close', resolve));
	let n = 0;
	const timer = setInterval(() => {
		psql.stdin.write(one.repeat(10));
		n += 10;
	}, 100);
	return async () => {
		clearInterval(timer);
		psql.stdin.end();
		assert.equal(await ended, 0);
		return n;
	};
}

test('50 pages while 100 pins a second are published: none twice, none ' +
	'missing, none moved', async (t) => {
	const page = await start(t);
	await page.addInitScript(watchCards);
	/* Pictures are not what this is about. */
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Network.enable');
	await cdp.send('Network.setBlockedURLs', { urls: ['*/media/*'] });
	page.meant.push(/\/media\//);
	plantPins('many2', Array.from({ length: 700 }, (_, i) => `More ${i}`));
	const wanted = sql(`select id from item where kind = 'pin'
		order by created_at desc, id desc limit 2400`).split('\n');
	let pages = 0;
	page.on('requestfinished', (one) => {
		if (/\/api\/pins\/(\?|$)/.test(one.url()))
			pages++;
	});
	const stop = publish();
	try {
		await open(page, '/explore');
		await scrollUntil(page, () => window.cards.size >= 2610);
	} finally {
		const n = await stop();
		t.diagnostic(`${n} published, ${pages} pages`);
		assert.ok(n >= 300, 'too few were published to prove anything');
	}
	assert.ok(pages >= 49, `${pages} pages`);
	const seen = await page.evaluate(() => ({
		ids: [...window.cards.keys()], faults: window.faults }));
	assert.deepEqual(seen.faults, []);
	const ids = new Set(seen.ids);
	const newest = Math.max(...wanted.map(Number));
	const oldest = Math.min(...seen.ids.map(Number));
	assert.deepEqual(wanted.filter((id) => Number(id) > oldest &&
		Number(id) <= newest && !ids.has(id)), []);
	assert.deepEqual(faultsOf(page), []);
});

const heap = async (cdp) => {
	await cdp.send('HeapProfiler.collectGarbage');
	await cdp.send('HeapProfiler.collectGarbage');
	return (await cdp.send('Runtime.getHeapUsage')).usedSize;
};

const middle = (times) => times[Math.floor(times.length / 2)];

/* What frames cost the page while one scrolls on, in milliseconds: scripts,
 * style, layout and paint.  Drawing the pixels is a graphics card's work, which
 * no machine of tests has. */
const frames = () => new Promise((resolve) => {
	const times = [];
	const after = new MessageChannel();
	let from = 0;
	after.port1.onmessage = () => times.push(performance.now() - from);
	const step = () => {
		from = performance.now();
		scrollBy(0, 60);
		after.port2.postMessage(0);
		if (times.length < 200)
			requestAnimationFrame(step);
		else
			resolve(times.slice(5).sort((a, b) => a - b));
	};
	requestAnimationFrame(step);
});

/* From history.back() or the like until the wall stands where it stood. */
const goAndTime = (to) => new Promise((resolve) => {
	const from = performance.now();
	history[to.how]();
	const look = () => {
		const there = location.pathname === to.path &&
			Math.abs(scrollY - to.y) <= 8 &&
			document.querySelector(`[data-pin="${to.pin}"]`) !== null;
		if (there || performance.now() - from > 3000)
			resolve(performance.now() - from);
		else
			requestAnimationFrame(look);
	};
	look();
});

const inView = (page) => page.evaluate(() =>
	[...document.querySelectorAll('.card[data-pin]')].find((one) =>
		one.getBoundingClientRect().top > 50).dataset.pin);

test('2,000 pins cost little; back, forward and reload lead to the same place',
	async (t) => {
		const page = await start(t);
		const cdp = await page.context().newCDPSession(page);
		await open(page, '/@many/pins');
		const least = await heap(cdp);
		/* The best of some: a machine that is busy is so for a while. */
		const best = async (measure, enough) => {
			let least = await measure();
			for (let i = 0; i < 4 && least > enough; i++)
				least = Math.min(least, await measure());
			return least;
		};
		const early = middle(await page.evaluate(frames));
		await scrollUntil(page, () => document.querySelector('.row-end') !==
			null && scrollY + innerHeight >= document.body.scrollHeight - 2);
		assert.equal(await page.locator('.card').last()
			.getAttribute('aria-setsize'), '2100');
		const nodes = await page.evaluate(() =>
			document.getElementsByTagName('*').length);
		const grown = (await heap(cdp) - least) / 1e6;
		await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
		await settled(page);
		const late = await best(async () =>
			middle(await page.evaluate(frames)), 3 * early);
		t.diagnostic(`${nodes} nodes, ${grown.toFixed(1)} MB more, a frame ` +
			`${early.toFixed(1)} ms at first, ${late.toFixed(1)} ms later`);
		assert.ok(nodes <= 6000, `${nodes} nodes`);
		assert.ok(grown <= 60, `${grown} MB`);
		assert.ok(late <= 3 * early, `frames: ${early} ms, then ${late} ms`);
		await settled(page);
		const y = await page.evaluate(() => scrollY);
		const pin = await inView(page);
		await page.evaluate((id) => document.querySelector(
			`[data-pin="${id}"] .card-link`).click(), pin);
		await page.locator('.panel h1').waitFor();
		const back = () => page.evaluate(goAndTime,
			{ how: 'back', path: '/@many/pins', y, pin });
		const once = await back();
		const first = await inView(page);
		const again = async () => {
			await page.goForward();
			await page.locator('.panel h1').waitFor();
			const ms = await back();
			assert.equal(await inView(page), first);
			return ms;
		};
		const twice = Math.min(once, await again());
		const ms = twice <= 8 * early ? twice : await best(again, 8 * early);
		t.diagnostic(`back after ${Math.round(ms)} ms`);
		assert.ok(ms <= 8 * early, `${ms} and ${early} ms`);
		assert.deepEqual(faultsOf(page), []);
	});

/* Notes when a document has come to the place that the one before it was at. */
const noteWhenThere = () => {
	const { y, pin } = JSON.parse(sessionStorage.getItem('wanted') ?? '{}');
	const look = () => {
		if (Math.abs(scrollY - y) <= 8 &&
			document.querySelector(`[data-pin="${pin}"]`))
			window.there = performance.now();
		else
			requestAnimationFrame(look);
	};
	look();
};

/* Reloads; out: after how many milliseconds the page stands where it stood,
 * with the time that its scripts take to arrive. */
async function reload(page) {
	const wanted = { y: await page.evaluate(() => scrollY),
		pin: await inView(page) };
	await page.evaluate((text) => sessionStorage.setItem('wanted', text),
		JSON.stringify(wanted));
	await page.reload();
	await page.waitForFunction(() => window.there !== undefined);
	const took = await page.evaluate(() => window.there - performance
		.getEntriesByType('navigation')[0].responseEnd);
	await page.waitForTimeout(400);
	assert.ok(Math.abs(await page.evaluate(() => scrollY) - wanted.y) <= 8);
	return took;
}

test('a reload leads to the same place', async (t) => {
	const page = await start(t);
	await page.addInitScript(noteWhenThere);
	await open(page, '/@many/pins');
	const times = [];
	for (let i = 0; i < 3; i++)
		times.push(await reload(page));
	const above = middle(times.sort((a, b) => a - b));
	await scrollUntil(page, () => scrollY > 20000);
	await settled(page);
	let below = await reload(page);
	for (let i = 0; i < 4 && below > 3 * above; i++)
		below = Math.min(below, await reload(page));
	t.diagnostic(`${Math.round(above)} ms at the top, ` +
		`${Math.round(below)} ms far below`);
	assert.ok(below <= 3 * above, `${below} ms, ${above} ms at the top`);
	assert.deepEqual(faultsOf(page), []);
});

for (const size of ['phone', 'desktop'])
	test(`no page shifts: ${size}`, async (t) => {
		const page = await start(t, { size, touch: size === 'phone' });
		await logIn(page);
		await page.addInitScript(() => {
			window.shift = 0;
			window.shifted = [];
			new PerformanceObserver((found) => {
				for (const one of found.getEntries()) {
					if (one.hadRecentInput)
						continue;
					window.shift += one.value;
					window.shifted.push(...one.sources.map((from) =>
						from.node?.outerHTML?.slice(0, 80)));
				}
			}).observe({ type: 'layout-shift', buffered: true });
		});
		const { results: [pin] } = await list('pins/?author__username=alice');
		for (const path of ['/', '/explore', `/pin/${pin.id}`,
			`/tag/${pin.tag_set[0].id}`, '/board/1', '/@alice', '/@alice/pins',
			'/@alice/followers', '/create', '/settings', '/login', '/signup',
			'/forgot', '/nowhere']) {
			page.meant.push(/nowhere/);
			await open(page, path);
			await page.mouse.wheel(0, 1500);
			await settled(page, 200);
			const seen = await page.evaluate(() => [window.shift,
				window.shifted]);
			assert.ok(seen[0] <= 0.02, `${path} shifts by ${seen}`);
		}
		assert.deepEqual(faultsOf(page), []);
	});
