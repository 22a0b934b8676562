/* The bell, what one was told of, and of what one wants to be told. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, faultsOf, launch, noFaults, open, people, plantPins, settled,
	somebody, sql, until, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/* Until the jobs have told it. */
async function jobsDone() {
	for (let i = 0; i < 200; i++) {
		if (sql('select count(*) from job where dead_at is null ' +
			'and kind = \'notice\'') === '0')
			return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error('the jobs are not done');
}

const follow = (who, whom) =>
	call(who, 'PUT', `users/${whom.person.username}/follow`);

const bell = (page) => page.locator('.bell');
const number = (page) => page.locator('.bell-count');

/* The tab is looked at again. */
const lookAgain = (page) => page.evaluate(() =>
	document.dispatchEvent(new Event('visibilitychange')));

test('the bell counts groups, the list is the same, reading empties both',
	async (t) => {
		const [me, ann, ben] = await people(t, browser, 3);
		await follow(ann, me);
		await jobsDone();
		const board = await call(ann, 'POST', 'boards/', { title: 'Harbours' });
		sql(`insert into board_member (board, account, role)
			select ${board.id}, id, 'adder' from account
			where username = '${me.person.username}'`);
		await follow(ben, me);
		await jobsDone();
		await open(me, '/explore');
		await number(me).waitFor();
		assert.equal(await number(me).textContent(), '2');
		assert.equal(await bell(me).getAttribute('aria-label'),
			'Notifications, 2 unread');
		await bell(me).click();
		await me.waitForURL('/notifications');
		const rows = me.locator('.told-row');
		await rows.first().waitFor();
		assert.equal(await rows.count(), 2);
		const texts = await rows.allTextContents();
		assert.ok(texts.some((one) => one.includes(
			`${ben.person.username} and ${ann.person.username} followed you`)),
		texts.join());
		assert.ok(texts.some((one) => /invited you to a board.*Harbours/
			.test(one)), texts.join());
		await noFaults(me);
		/* One that is opened is read. */
		await me.getByText('followed you').click();
		await me.waitForURL(`/@${me.person.username}/followers`);
		await me.waitForFunction(() =>
			document.querySelector('.bell-count')?.textContent === '1');
		await me.goBack();
		await settled(me);
		assert.equal(await me.locator('.told-row[data-unread]').count(), 1);
		await me.getByRole('button', { name: 'Mark all as read' }).click();
		await number(me).waitFor({ state: 'detached' });
		await until(() => me.locator('.told-row[data-unread]').count(), 0);
		await settled(me);
		await until(() => call(me, 'GET', 'notices/count'), { unread: 0 });
		await noFaults(me);
	});

test('another tab knows within two seconds', async (t) => {
	const [me, ann] = await people(t, browser, 2);
	await open(me, '/');
	const other = await me.context().newPage();
	await open(Object.assign(other, { asked: new Set() }), '/explore');
	await follow(ann, me);
	await jobsDone();
	await me.waitForTimeout(1100);
	await lookAgain(me);
	for (const page of [me, other]) {
		await number(page).waitFor({ timeout: 2000 });
		assert.equal(await number(page).textContent(), '1');
	}
	await bell(me).click();
	await me.getByRole('button', { name: 'Mark all as read' }).click();
	await number(other).waitFor({ state: 'detached', timeout: 2000 });
	assert.deepEqual(faultsOf(me), []);
});

test('it is asked for every minute while the page is seen, and not else',
	async (t) => {
		const me = await somebody(t, browser);
		let asked = 0;
		me.on('request', (one) => {
			asked += one.url().endsWith('/notices/count') ? 1 : 0;
		});
		await me.clock.install();
		await me.goto('/explore');
		await bell(me).waitFor();
		await me.clock.runFor(1000);
		await until(() => asked, 1);
		await me.clock.runFor(130 * 1000);
		await until(() => asked, 3);
		await me.evaluate(() => Object.defineProperty(document, 'hidden',
			{ get: () => true, configurable: true }));
		await me.clock.runFor(300 * 1000);
		assert.ok(asked === 3, `asked ${asked} times, unseen`);
		await me.evaluate(() => { delete document.hidden; });
		await lookAgain(me);
		await me.clock.runFor(100);
		await until(() => asked, 4);
	});

test('more than nine', async (t) => {
	const me = await somebody(t, browser);
	sql(`with n as (insert into notice (receiver, kind, item)
			select id, 'invite', -g from account, generate_series(1, 12) g
			where username = '${me.person.username}' returning id)
		select count(*) from n`);
	await open(me, '/explore');
	await number(me).waitFor();
	assert.equal(await number(me).textContent(), '9+');
});

test('nothing yet, in Korean, on a phone, and without a login', async (t) => {
	const me = await somebody(t, browser,
		{ size: 'phone', language: 'ko', touch: true });
	await open(me, '/notifications');
	await me.getByText('아직 새로운 소식이 없습니다').waitFor();
	assert.equal(await bell(me).getAttribute('aria-current'), 'page');
	const box = await bell(me).boundingBox();
	assert.ok(box.width >= 44 && box.height >= 44 && box.y > 780, 'the bar below');
	await noFaults(me);
	const nobody = await visit(browser);
	t.after(() => nobody.context().close());
	await open(nobody, '/notifications');
	await nobody.getByRole('link', { name: 'Log in' }).last().waitFor();
	assert.equal(await bell(nobody).count(), 0);
	await noFaults(nobody);
});

test('what one does not want to be told of', async (t) => {
	const [me, ann] = await people(t, browser, 2);
	await open(me, '/settings');
	await me.getByRole('navigation', { name: 'Settings' })
		.getByRole('link', { name: 'Notifications' }).click();
	await me.waitForURL('/settings/notifications');
	const follows = me.getByRole('switch', { name: 'New followers' });
	assert.ok(await follows.isChecked());
	await follows.focus();
	await me.keyboard.press('Space');
	await settled(me);
	assert.ok(!await follows.isChecked());
	await noFaults(me);
	await follow(ann, me);
	await jobsDone();
	assert.deepEqual(await call(me, 'GET', 'notices/count'), { unread: 0 });
	await me.reload();
	await settled(me);
	assert.ok(!await follows.isChecked());
	/* What is refused is turned back. */
	me.meant.push(/503|notices\/settings/);
	await me.route('**/api/notices/settings', (route) =>
		route.request().method() === 'PATCH'
			? route.fulfill({ status: 503, json: { detail: 'busy' } })
			: route.continue());
	await follows.click();
	await me.getByText('busy').waitFor();
	assert.ok(!await follows.isChecked());
	assert.deepEqual(faultsOf(me), []);
});

test('a click leads to the comment, and one can go on from there', async (t) => {
	const [me, ann] = await people(t, browser, 2);
	const [pin] = plantPins(me.person.username, ['A lamp in the fog']);
	let last;
	for (let i = 0; i < 8; i++)
		last = await call(ann, 'POST', `items/${pin}/comments`,
			{ content: `word ${i} of many` });
	await call(ann, 'PUT', `items/${pin}/like`);
	await jobsDone();
	await open(me, '/notifications');
	await until(() => number(me).textContent(), '2');
	const row = me.getByText('commented on your pin');
	await row.waitFor();
	assert.ok(await me.getByText('A lamp in the fog').count() === 2);
	await noFaults(me);
	await row.click();
	await me.waitForURL(`/pin/${pin}#comment-${last.id}`);
	await me.waitForFunction((id) =>
		document.activeElement?.id === `comment-${id}`, last.id);
	const part = me.locator(`#comment-${last.id}`);
	assert.equal(await part.getAttribute('data-sought'), '');
	assert.ok(await part.evaluate((one) => {
		const { top, bottom } = one.getBoundingClientRect();
		return top >= 0 && bottom <= innerHeight;
	}));
	await settled(me);
	await noFaults(me);
	await until(() => number(me).textContent(), '1');
	await me.goBack();
	await settled(me);
	assert.equal(await me.locator('.told-row[data-unread]').count(), 1);
});

test('an address leads to the part of the page that it names', async (t) => {
	const me = await somebody(t, browser);
	await open(me, '/explore');
	/* A part that comes after the page, as comments do. */
	await me.evaluate(() => {
		new MutationObserver((_, observer) => {
			const panel = document.querySelector('.panel');
			if (!panel)
				return;
			observer.disconnect();
			setTimeout(() => {
				for (let i = 70; i < 90; i++) {
					const part = document.createElement('p');
					part.id = `comment-${i}`;
					part.style.height = '200px';
					part.textContent = `comment ${i}`;
					panel.append(part);
				}
			}, 300);
		}).observe(document.body, { childList: true, subtree: true });
		const link = document.createElement('a');
		link.href = '/pin/' + document.querySelector('.card').dataset.pin +
			'#comment-85';
		link.textContent = 'there';
		document.querySelector('main').prepend(link);
	});
	await me.getByText('there').click();
	const part = me.locator('#comment-85');
	await part.waitFor();
	await me.waitForFunction(() =>
		document.activeElement?.id === 'comment-85');
	assert.equal(await part.getAttribute('data-sought'), '');
	const box = await part.boundingBox();
	assert.ok(box.y >= 0 && box.y + box.height <= 900, `at ${box.y}`);
	assert.ok(me.url().endsWith('#comment-85'));
	me.meant.push(/comments\/85/); // it is in no list, so it is asked for
	/* Who goes on reading is not brought back. */
	await me.mouse.wheel(0, -2000);
	await until(async () => (await part.boundingBox()).y > box.y, true);
	await me.waitForTimeout(300);
	assert.ok((await part.boundingBox()).y > box.y);
	assert.deepEqual(faultsOf(me), []);
});
