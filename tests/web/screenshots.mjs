/*
 * Pictures of every page in three widths and both themes, to be looked at:
 * node screenshots.mjs FOLDER [NAME...], with SITE in the environment; with
 * DATABASE (browser.mjs) also those of the staff, whom only the database names.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { call, launch, logIn, makePin, newPerson, png, site, sizes, sql, visit }
	from './browser.mjs';

const [folder = 'build/screenshots', ...only] = process.argv.slice(2);
const someone = process.env.PERSON ?? 'alice';

const get = async (path) => (await fetch(`${site}/api/${path}`)).json();
const pins = (await get('pins/')).results;
const pin = pins[Math.min(4, pins.length - 1)];
const [board] = await get(
	`boards/?author__username=${encodeURIComponent(someone)}`);
const { results: [post] } = await get('styles/posts/?type=latest&limit=3');
const [tag] = await get('tags/?limit=1');

const pages = {
	home: { path: '/' },
	explore: { path: '/explore' },
	pin: { path: `/pin/${pin.id}` },
	profile: { path: `/@${someone}` },
	profile_pins: { path: `/@${someone}/pins` },
	followers: { path: `/@${someone}/followers` },
	board: { path: `/board/${board.id}` },
	tag: { path: `/tag/${tag.id}` },
	style: { path: '/style' },
	style_post: { path: `/style/${post.id}` },
	style_tab: { path: `/@${someone}/style` },
	style_new: { path: '/style/new', login: true, then: fillStyle },
	login: { path: '/login' },
	signup: { path: '/signup' },
	forgot: { path: '/forgot' },
	reset: { path: '/reset-password?uid=1&token=x' },
	missing: { path: '/nowhere' },
	speed: { path: '/about/speed' },
	following: { path: '/', login: true },
	notifications: { path: '/notifications', login: true },
	notice_settings: { path: '/settings/notifications', login: true },
	settings: { path: '/settings', login: true },
	settings_crop: { path: '/settings', login: true, then: chooseAvatar },
	settings_account: { path: '/settings/account', login: true },
	settings_security: { path: '/settings/security', login: true },
	settings_privacy: { path: '/settings/privacy', login: true },
	settings_muted: { path: '/settings/muted', login: true },
	trash: { path: '/trash', login: true },
	pin_deleted: { path: () => `/pin/${gone.id}`, login: true },
	settings_leave: { path: '/settings/account', login: true, then: askToLeave },
	create: { path: '/create', login: true, then: fillCreate },
	picker: { path: `/pin/${pin.id}`, login: true, then: openPicker },
	comments: { path: `/pin/${pin.id}`, login: true, then: openComments },
	menu: { path: `/pin/${pin.id}`, login: true, then: openMenu },
	board_new: { path: '/', login: true, then: openNewBoard },
	board_kept: { path: () => `/board/${kept}`, login: true },
	board_select: { path: () => `/board/${kept}`, login: true,
		then: selectPins },
	board_edit: { path: () => `/board/${kept}`, login: true,
		then: (page) => openDialog(page, /^(Edit board|보드 수정)$/) },
	board_members: { path: () => `/board/${kept}`, login: true,
		then: (page) => openDialog(page, /^(Members|함께하는 사람)$/) },
	board_delete: { path: () => `/board/${kept}`, login: true,
		then: async (page) => {
			await openDialog(page, /^(Edit board|보드 수정)$/);
			await page.locator('dialog .button.danger').click();
			await page.locator('.choices').waitFor();
		} },
	profile_own: { path: () => `/@${person.username}`, login: true },
	report: { path: `/pin/${pin.id}`, login: true, then: openReport },
	menu_profile: { path: `/@${someone}`, login: true,
		then: (page) => page.locator('.profile [aria-haspopup=menu]').click() },
	menu_comment: { path: `/pin/${pin.id}`, login: true,
		then: openCommentMenu },
	menu_board: { path: `/board/${board.id}`, login: true,
		then: (page) => page.locator('.page-head [aria-haspopup=menu]')
			.click() },
	not_staff: { path: '/staff/reports', login: true },
	site_menu: { path: '/explore', then: openSiteMenu },
	hover: { path: '/explore', login: true, then: hoverCard },
};

if (process.env.DATABASE)
	Object.assign(pages, {
		staff_menu: { path: '/explore', staff: true, then: openMine },
		staff_reports: { path: '/staff/reports', staff: true, then: openCase },
		staff_closed: { path: '/staff/reports', staff: true,
			then: (page) => page.locator('.chip').nth(1).click() },
		staff_decide: { path: '/staff/reports', staff: true, then: async (page) => {
			await page.locator('.case .button').nth(2).click();
			await page.locator('.dialog').waitFor();
		} },
		staff_users: { path: '/staff/users', staff: true },
		staff_jobs: { path: '/staff/jobs', staff: true,
			then: (page) => page.locator('.chip').nth(1).click() },
		staff_caches: { path: '/staff/caches', staff: true },
		staff_log: { path: '/staff/log', staff: true },
	});

async function openMine(page) {
	await page.getByRole('button', { name: /^(Account|계정)$/ }).click();
}

async function openCase(page) {
	await page.locator('.case .button').first().click();
	await page.locator('.case-more li').first().waitFor();
}

async function openReport(page) {
	await openMenu(page);
	await page.getByRole('menuitem').last().click();
	await page.locator('.dialog').waitFor();
}

async function openCommentMenu(page) {
	await page.locator('.comments').scrollIntoViewIfNeeded();
	await page.locator('.comment-tools [aria-haspopup=menu]').first().click();
}

async function fillCreate(page) {
	await page.setInputFiles('input[type=file]', [1, 2].map((seed) => ({
		name: `harbour ${seed}.png`, mimeType: 'image/png',
		buffer: png(seed),
	})));
	await page.locator('.upload input').first().fill('Quiet #harbour #바다');
}

async function chooseAvatar(page) {
	await page.setInputFiles('input[name=avatar]', { name: 'me.png',
		mimeType: 'image/png', buffer: png(5, 600, 400) });
	await page.locator('.crop-window img[style*=transform]').waitFor();
}

async function askToLeave(page) {
	await page.locator('.button.danger').last().click();
	await page.locator('.dialog').waitFor();
}

async function fillStyle(page) {
	await page.setInputFiles('input[type=file]', [1, 2, 3].map((seed) => ({
		name: `look ${seed}.png`, mimeType: 'image/png', buffer: png(seed),
	})));
	await page.locator('textarea').fill('회색 코트와 부츠 #코트 #boots');
}

async function openPicker(page) {
	await page.locator('.panel .save-which').click();
	await page.locator('.dialog').waitFor();
}

async function openComments(page) {
	const { id } = await call(page, 'POST', `items/${pin.id}/comments`,
		{ content: `@${someone} 정말 아름답네요! Where was this?` });
	await call(page, 'POST', `comments/${id}/replies`,
		{ content: 'By the sea, last spring.' });
	await call(page, 'PUT', `items/${id}/like`);
	await page.reload({ waitUntil: 'networkidle' });
	await page.locator('.fold').first().click();
	await page.getByRole('button', { name: /^(Reply|답글)$/ }).first().click();
	await page.locator('.replies textarea').fill('A reply');
	await page.locator('.comments').scrollIntoViewIfNeeded();
}

async function openNewBoard(page) {
	await openMine(page);
	await page.getByRole('menuitem').first().click();
	await page.getByRole('button', { name: /^(Create board|보드 만들기)$/ })
		.click();
	await page.locator('.dialog').waitFor();
}

async function openDialog(page, name) {
	await page.getByRole('button', { name }).last().click();
	await page.locator('.dialog').waitFor();
	await page.waitForLoadState('networkidle');
}

async function selectPins(page) {
	await page.getByRole('button', { name: /^(Select|선택)$/ }).click();
	for (const i of [0, 1, 4])
		await page.locator('.select-pin').nth(i).click();
}

async function openSiteMenu(page) {
	await page.locator('.rail').getByRole('button').click();
}

async function openMenu(page) {
	await page.locator('.panel-tools [aria-haspopup=menu]').click();
}

async function hoverCard(page) {
	await page.locator('.card').nth(1).hover();
}

/* Somebody of the staff, what they decided, and a job that failed. */
async function makeStaff() {
	const page = await visit(browser);
	const { username } = await logIn(page, newPerson());
	sql(`update account set is_staff = true where username = '${username}';
		insert into job (kind, data, run_at, dead_at, attempts, error)
		values ('mail', '{}', now(), now(), 12, 'connect: Connection refused')`);
	const { id } = await makePin(first, png(7), '비 오는 날의 항구');
	await call(page, 'POST', `items/${id}/report`, { reason: 'violence' });
	const { results: [one] } = await call(page, 'GET', 'staff/reports');
	await call(page, 'POST', `staff/reports/${one.id}/resolve`,
		{ action: 'take_down', note: '다른 사람의 사진입니다. Please ask first.' });
	await call(page, 'POST', `staff/reports/${one.id}/resolve`,
		{ action: 'warn', note: '다음에는 출처를 밝혀 주세요. Name the source.' });
	const made = await page.context().storageState();
	await page.context().close();
	return made;
}

const browser = await launch();
await mkdir(folder, { recursive: true });
const first = await visit(browser);
const person = await logIn(first, newPerson());
await call(first, 'POST', 'boards/', { title: 'Harbours' });
/* A board that several people keep. */
const { id: kept } = await call(first, 'POST', 'boards/', {
	title: 'Quiet places', content: 'Where one can sit and hear nothing.' });
await call(first, 'POST', `boards/${kept}/items`,
	{ ids: pins.slice(0, 24).map((one) => one.id), action: 'add' });
await call(first, 'PUT', `boards/${kept}/cover`, { pin: pins[2].id });
for (const title of ['Sea', '산과 숲'])
	await call(first, 'POST', `boards/${kept}/sections`, { title });
/* Who is told of something. */
const told = await makePin(first, png(5), 'A harbour in the fog #harbour');
for (let i = 0; i < 3; i++) {
	const fan = await visit(browser);
	await logIn(fan, newPerson());
	await call(fan, 'PUT', `users/${person.username}/follow`);
	await call(fan, 'PUT', `items/${told.id}/like`);
	if (i === 2)
		await call(fan, 'POST', `items/${told.id}/comments`,
			{ content: 'Where is it?' });
	const { user } = await call(fan, 'GET', 'session');
	await call(first, 'POST', `boards/${kept}/members`,
		{ username: user.username, role: ['editor', 'adder', 'viewer'][i] });
	if (i < 2)
		await call(fan, 'POST', `boards/${kept}/accept`);
	if (i === 2) {
		const { id } = await call(fan, 'POST', 'boards/', { title: 'Cups' });
		await call(fan, 'POST', `boards/${id}/members`,
			{ username: person.username, role: 'adder' });
	}
	if (i === 0) {
		await call(fan, 'POST', `items/${pin.id}/comments`,
			{ content: '이런 곳이 또 있을까요?' });
		await call(fan, 'POST', `items/${told.id}/report`,
			{ reason: 'copyright', note: '제가 찍은 사진입니다.' });
		await call(fan, 'POST', `users/${person.username}/report`,
			{ reason: 'spam' });
	}
	if (i === 1)
		await call(fan, 'POST', `items/${told.id}/report`,
			{ reason: 'spam', note: 'The third time this week.' });
	await fan.context().close();
}
/* What was deleted, blocked and muted. */
const gone = await makePin(first, png(6), 'A lamp in the fog #lamp');
await call(first, 'DELETE', `pins/${gone.id}`);
const { id: lost } = await call(first, 'POST', 'boards/',
	{ title: '오래된 보드' });
await call(first, 'DELETE', `boards/${lost}`);
await call(first, 'PUT', 'users/bob/block').catch(() => undefined);
for (const what of [{ word: 'sunset' }, { tag: tag.id },
	{ item: pins.at(-1).id }, { person: pins.at(-1).author }])
	await call(first, 'POST', 'mutes', what);
const state = await first.context().storageState();
const staff = process.env.DATABASE && await makeStaff();
for (const [size, { width }] of Object.entries(sizes)) {
	for (const theme of ['light', 'dark']) {
		/* Each language is seen in half of them. */
		const language = (size === 'laptop') === (theme === 'dark')
			? 'en' : 'ko';
		for (const [name, one] of Object.entries(pages)) {
			if (only.length && !only.includes(name))
				continue;
			const page = await visit(browser, { size, theme, language,
				touch: size === 'phone', state: one.login ? state
					: one.staff ? staff : undefined });
			const path = typeof one.path === 'function' ? one.path()
				: one.path;
			await page.goto(path, { waitUntil: 'networkidle' });
			await one.then?.(page);
			await page.waitForTimeout(350);
			await page.screenshot({
				path: join(folder, `${name}-${width}-${theme}.png`) });
			if (page.faults.length)
				console.log(name, width, theme, page.faults);
			await page.context().close();
		}
	}
}
console.log(`${person.username}: ${folder}`);
await browser.close();
