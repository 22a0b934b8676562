/* The first page: newest pins; with a login also those of whom one follows. */
import images from 'icon:images';
import users from 'icon:users';
import { again, place } from '../core/router';
import { me } from '../core/session';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { feedOf } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { NewPins } from '../grid/NewPins';
import { EmptyState } from '../ui/State';
import { Tabs } from '../ui/Tabs';

export default function Home() {
	useTitle(undefined);
	return me.value ? <Mine /> : <Latest hero />;
}

function Mine() {
	const latest = place.value?.query.get('tab') === 'latest';
	return <>
		<h1 class="hidden">{t('home')}</h1>
		<Tabs label={t('home')} tabs={[
			{ href: '/', text: t('tab.following'), now: !latest },
			{ href: '/?tab=latest', text: t('tab.latest'), now: latest },
		]} />
		{latest ? <Latest /> : <Following />}
	</>;
}

function Following() {
	const feed = feedOf(place.value?.key ?? '', 'pins/following_pin');
	return <>
		<NewPins feed={feed} renew={again} />
		<Masonry key="following" feed={feed} label={t('tab.following')}
		empty={<EmptyState icon={users} title={t('following.none')}>
			<p>{t('following.none.text')}</p>
			<a class="button primary" href="/explore">{t('explore')}</a>
		</EmptyState>} />
	</>;
}

export function Latest({ hero = false }: { hero?: boolean }) {
	const feed = feedOf(place.value?.key ?? '', 'pins/');
	return <>
		{hero && <header class="hero">
			<h1>{t('hero.title')}</h1>
			<p>{t('hero.text')}</p>
			<div class="buttons">
				<a class="button primary" href="/signup">{t('signup')}</a>
				<a class="button plain" href="/login">{t('login')}</a>
			</div>
		</header>}
		<NewPins feed={feed} renew={again} />
		<Masonry key="latest" feed={feed} label={t('tab.latest')}
			empty={<NoPins />}
			end={<p>{t('feed.end')} <a href="/create">{t('feed.add')}</a></p>} />
	</>;
}

function NoPins() {
	return <EmptyState icon={images} title={t('pins.none')}>
		<a class="button primary" href="/create">{t('pins.first')}</a>
	</EmptyState>;
}
