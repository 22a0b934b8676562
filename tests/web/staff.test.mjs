/* Reporting, and what the staff does about it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, faultsOf, launch, logIn, makePost, newPerson, noFaults,
	open, people, plantPins, png, settled, somebody, sql, visit } from
	'./browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function boss(t, options) {
	const page = await somebody(t, browser, options);
	sql(`update account set is_staff = true where username = '${page.name}'`);
	return page;
}

const dialog = (page) => page.locator('dialog[open]');
const reportOf = (id) => sql(`select reason || ':' || note from report
	where ${id}`);

/* Opens the dialog by a menu, and tells of it. */
async function reportBy(page, button, reason = 'Harassment', note = '') {
	await button.click();
	await page.getByRole('menuitem', { name: 'Report', exact: true }).click();
	await dialog(page).getByLabel(reason, { exact: true }).check();
	await dialog(page).getByLabel('Note').fill(note);
	assert.deepEqual(await axe(page), []);
	await page.getByRole('button', { name: 'Send report' }).click();
	await page.getByText('Thank you. We will look at it.').waitFor();
	assert.equal(await dialog(page).count(), 0);
}

test('pins, posts, comments, boards and people are reported from their menus',
	async (t) => {
		const [me, ann] = await people(t, browser, 2);
		const [pin] = plantPins(ann.name, [`A harbour of ${ann.name}`]);
		const post = await makePost(ann, [png(41)], 'A coat');
		const said = await call(ann, 'POST', `items/${pin}/comments`,
			{ content: 'rude' });
		const board = await call(ann, 'POST', 'boards/', { title: 'Cups' });
		await open(me, '/explore');
		await settled(me);
		const card = me.locator('.card').filter({ hasText: ann.name }).first();
		await card.hover();
		await reportBy(me, card.getByRole('button', { name: 'More' }),
			'Spam', 'look');
		assert.equal(reportOf(`item = ${pin}`), 'spam:look');
		await open(me, `/style/${post.id}`);
		await reportBy(me, me.locator('.panel-tools')
			.getByRole('button', { name: 'More' }), 'Nudity');
		assert.equal(reportOf(`item = ${post.id}`), 'nudity:');
		await open(me, `/pin/${pin}`);
		await reportBy(me, me.getByRole('button',
			{ name: 'More about this comment' }));
		assert.equal(reportOf(`item = ${said.id}`), 'harassment:');
		await open(me, `/board/${board.id}`);
		await reportBy(me, me.locator('.page-head')
			.getByRole('button', { name: 'More' }), 'Something else');
		assert.equal(reportOf(`board = ${board.id}`), 'other:');
		await open(me, `/@${ann.name}`);
		await reportBy(me, me.getByRole('button',
			{ name: `More about ${ann.name}` }), 'Hate');
		assert.equal(reportOf(`person = (select id from account
			where username = '${ann.name}')`), 'hate:');
		assert.deepEqual(faultsOf(me), []);
	});

test('one\'s own has no report in its menus', async (t) => {
	const me = await somebody(t, browser);
	const [pin] = plantPins(me.name, ['A harbour']);
	const board = await call(me, 'POST', 'boards/', { title: 'Cups' });
	await open(me, `/pin/${pin}`);
	await me.locator('.panel-tools').getByRole('button', { name: 'More' })
		.click();
	await me.getByRole('menuitem', { name: 'Edit' }).waitFor();
	assert.equal(await me.getByRole('menuitem', { name: 'Report' }).count(), 0);
	await open(me, `/board/${board.id}`);
	assert.equal(await me.locator('.page-head')
		.getByRole('button', { name: 'More' }).count(), 0);
});

test('who is not logged in logs in and goes on to report', async (t) => {
	const ann = await somebody(t, browser);
	const [pin] = plantPins(ann.name, ['A harbour']);
	const person = newPerson();
	await logIn(ann, person);
	const page = await visit(browser);
	t.after(() => page.context().close());
	await open(page, `/pin/${pin}`);
	await page.locator('.panel-tools').getByRole('button', { name: 'More' })
		.click();
	await page.getByRole('menuitem', { name: 'Report' }).click();
	await dialog(page).getByLabel('E-mail').fill(person.email);
	await dialog(page).getByLabel('Password', { exact: true })
		.fill(person.password);
	await dialog(page).getByRole('button', { name: 'Log in' }).click();
	await page.getByRole('button', { name: 'Send report' }).click();
	await page.getByText('Thank you. We will look at it.').waitFor();
	assert.equal(reportOf(`item = ${pin}`), 'spam:');
	assert.deepEqual(faultsOf(page), []);
});

/* The row of a case, in the list of those that are open or closed. */
const rowOf = (page, text) =>
	page.locator('.staff-rows li').filter({ hasText: text });

async function decide(page, row, action, note = '') {
	await row.getByRole('button', { name: new RegExp(`^${action}`) }).click();
	await dialog(page).getByLabel('Note').fill(note);
	assert.deepEqual(await axe(page), []);
	await dialog(page).getByRole('button', { name: action, exact: true })
		.click();
	await dialog(page).waitFor({ state: 'detached' });
	await settled(page);
}

test('a report is judged by the staff, and its owner is told', async (t) => {
	const [ann, ben] = await people(t, browser, 2), staff = await boss(t);
	const [pin] = plantPins(ann.name, [`A boat of ${ann.name}`]);
	await call(ben, 'POST', `items/${pin}/report`,
		{ reason: 'hate', note: 'on the sail' });
	await open(staff, '/explore');
	await staff.getByRole('button', { name: 'Account' }).click();
	await staff.getByRole('menuitem', { name: 'Staff' }).click();
	await staff.waitForURL('/staff/reports');
	const row = rowOf(staff, `A boat of ${ann.name}`);
	await row.waitFor();
	assert.match(await row.textContent(), /web\d+pin · web\d+Hate1 report, the last/);
	await row.getByRole('button', { name: /^Details/ }).click();
	await row.getByText('on the sail').waitFor();
	assert.match(await row.locator('.case-more').textContent(),
		new RegExp(ben.name));
	await noFaults(staff);
	await decide(staff, row, 'Take down', 'Not here.');
	assert.equal(await row.count(), 0);
	assert.equal(await staff.evaluate(() => document.activeElement.tagName),
		'H1');
	assert.equal(sql(`select visibility from item where id = ${pin}`), '2');
	await staff.getByRole('button', { name: 'Closed' }).click();
	await row.getByText('Taken down', { exact: false }).first().waitFor();
	await decide(staff, row, 'Restore', 'A mistake of ours.');
	await row.getByRole('button', { name: /^Take down/ }).waitFor();
	assert.equal(sql(`select visibility from item where id = ${pin}`), '0');
	await staff.getByRole('link', { name: 'Log' }).click();
	const entry = rowOf(staff, 'A mistake of ours.');
	await entry.waitFor();
	assert.match(await entry.textContent(),
		new RegExp(`Restored: A boat of ${ann.name}`));
	await noFaults(staff);
});

/* Jobs write what one is told of. */
async function toldOf(page, n) {
	for (let i = 0; i < 100; i++) {
		const { results } = await call(page, 'GET', 'notices/');
		if (results.length >= n)
			return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	assert.fail('nobody was told');
}

test('what the staff decided is told in words, in both languages',
	async (t) => {
		const [ann, ben] = await people(t, browser, 2), staff = await boss(t);
		const pins = plantPins(ann.name, ['A boat', 'A lamp', 'A cup']);
		const decided = { take_down: 'Not here.', warn: 'The last time.' };
		for (const [i, [action, note]] of Object.entries(decided).entries()) {
			await call(ben, 'POST', `items/${pins[i]}/report`,
				{ reason: 'hate' });
			const [one] = (await call(staff, 'GET', 'staff/reports')).results;
			await call(staff, 'POST', `staff/reports/${one.id}/resolve`,
				{ action, note });
		}
		await call(ben, 'POST', `users/${ann.name}/report`, { reason: 'spam' });
		const [one] = (await call(staff, 'GET', 'staff/reports')).results;
		await call(staff, 'POST', `staff/reports/${one.id}/resolve`,
			{ action: 'warn' });
		await toldOf(ann, 3);
		await open(ann, '/notifications');
		const words = () => ann.locator('.told-words > span:first-child')
			.allTextContents();
		assert.deepEqual(await words(), ['Our team warned you',
			'Our team warned you about your pin',
			'Our team took your pin down']);
		assert.deepEqual(await ann.locator('.told-note').allTextContents(),
			['The last time.', 'Not here.']);
		await noFaults(ann);
		await ann.evaluate(() => localStorage.setItem('language', 'ko'));
		await open(ann, '/notifications');
		assert.deepEqual(await words(), ['운영팀이 회원님에게 경고했습니다',
			'운영팀이 회원님의 핀에 대해 경고했습니다',
			'운영팀이 회원님의 핀을 게시 중단했습니다']);
	});

test('somebody is suspended, found, and let in again', async (t) => {
	const [ann, ben] = await people(t, browser, 2), staff = await boss(t);
	await call(ben, 'POST', `users/${ann.name}/report`, { reason: 'spam' });
	await open(staff, '/staff/reports');
	await decide(staff, rowOf(staff, ann.name), 'Suspend', 'Enough.');
	assert.equal(sql(`select is_active from account
		where username = '${ann.name}'`), 'f');
	await staff.getByRole('link', { name: 'People' }).click();
	await staff.getByRole('searchbox').fill(ann.person.email);
	await staff.keyboard.press('Enter');
	const row = staff.locator('.staff-rows li');
	await row.getByText('Suspended', { exact: false }).waitFor();
	assert.equal(await row.count(), 1);
	await row.getByRole('button', { name: /^End suspension/ }).click();
	await row.getByText('Active', { exact: false }).waitFor();
	await noFaults(staff);
	await staff.getByRole('searchbox').fill('nobody is called so');
	await staff.getByRole('button', { name: 'Find' }).click();
	await staff.getByText('Nobody was found').waitFor();
});

test('a dead job is tried again, another given up', async (t) => {
	const staff = await boss(t);
	const [one, other] = sql(`insert into job
		(kind, data, run_at, dead_at, attempts, error)
		select 'mail', '{}', now(), now(), 5, 'no such host'
		from generate_series(1, 2) returning id`).split('\n');
	await open(staff, '/staff/jobs');
	await staff.getByRole('button', { name: 'Dead' }).click();
	await rowOf(staff, `mail ${one}`).getByText('no such host').waitFor();
	await noFaults(staff);
	await rowOf(staff, `mail ${other}`)
		.getByRole('button', { name: /^Give up/ }).click();
	await dialog(staff).getByRole('button', { name: 'Give up' }).click();
	await rowOf(staff, `mail ${other}`).waitFor({ state: 'detached' });
	await rowOf(staff, `mail ${one}`)
		.getByRole('button', { name: /^Try again/ }).click();
	await rowOf(staff, `mail ${one}`).waitFor({ state: 'detached' });
	assert.equal(sql(`select count(*) from job where id = ${other}
		or id = ${one} and dead_at is not null and attempts > 4`), '0');
	sql(`delete from job where id = ${one}`);
});

test('a list goes on', async (t) => {
	const ann = await somebody(t, browser), staff = await boss(t);
	const pins = plantPins(ann.name, Array.from({ length: 45 },
		(_, i) => `Cup ${i} of ${ann.name}`));
	sql(`insert into report (item, reporter, reason) select i, a.id, 'spam'
		from unnest('{${pins}}'::bigint[]) i, account a
		where a.username = '${staff.name}'`);
	await open(staff, '/staff/reports');
	const mine = rowOf(staff, `of ${ann.name}`);
	await mine.nth(39).waitFor();
	assert.equal(await mine.count(), 40);
	await staff.getByRole('button', { name: 'Show more' }).click();
	await mine.nth(44).waitFor();
	assert.equal(await mine.count(), 45);
	await noFaults(staff);
});

for (const width of [320, 390, 1024, 1440])
	test(`the pages of the staff at ${width}`, async (t) => {
		const staff = await boss(t, { viewport: { width, height: 900 } });
		for (const tab of ['reports', 'users', 'jobs', 'caches', 'log']) {
			const answer = await open(staff, `/staff/${tab}`);
			assert.equal(answer.status(), 200);
			await settled(staff);
			await staff.locator('[aria-current=page][href*=staff]').waitFor();
			await noFaults(staff);
		}
		assert.ok(await staff.locator('.staff').count());
	});

test('others are told that it is not for them', async (t) => {
	const page = await somebody(t, browser);
	page.meant.push(/403/);
	const answer = await open(page, '/staff/log');
	assert.equal(answer.status(), 403);
	await page.getByRole('heading', { name: 'This page is for our team' })
		.waitFor();
	assert.equal(await page.locator('.staff').count(), 0);
	assert.ok(![...page.faults].some((one) => one.includes('/api/')));
	await noFaults(page);
	await page.getByRole('button', { name: 'Account' }).click();
	await page.getByRole('menuitem', { name: 'Trash' }).waitFor();
	assert.equal(await page.getByRole('menuitem', { name: 'Staff' }).count(), 0);
});

test('who is not logged in is asked to', async (t) => {
	const page = await visit(browser);
	t.after(() => page.context().close());
	page.meant.push(/401/);
	const answer = await open(page, '/staff/reports');
	assert.equal(answer.status(), 401);
	const link = page.getByRole('link', { name: 'Log in' }).last();
	assert.equal(await link.getAttribute('href'),
		'/login?next=%2Fstaff%2Freports');
	await noFaults(page);
});
