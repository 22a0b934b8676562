/* The first page of one's settings: look, language, and one's profile. */
import { useSignal } from '@preact/signals';
import { me } from '../core/session';
import { chooseTheme, type Theme, theme } from '../core/theme';
import { chooseLanguage, isLanguage, language, t } from '../core/words';
import { AvatarField } from '../ui/AvatarField';
import { ProfileForm } from '../ui/ProfileForm';
import { SettingsFrame } from '../ui/SettingsFrame';

export default function Settings() {
	return <SettingsFrame title={t('settings')} before={<Look />}>
		<section class="box">
			<h2>{t('profile')}</h2>
			{me.value && <AvatarField user={me.value} />}
			<ProfileForm />
		</section>
	</SettingsFrame>;
}

function Look() {
	const now = useSignal<Theme>(theme());
	return <section class="box">
		<h2>{t('settings.look')}</h2>
		<div class="field"><label for="theme">{t('settings.theme')}</label>
			<select id="theme" value={now.value} onChange={(e) => {
				now.value = e.currentTarget.value as Theme;
				chooseTheme(now.value);
			}}>
				<option value="auto">{t('theme.auto')}</option>
				<option value="light">{t('theme.light')}</option>
				<option value="dark">{t('theme.dark')}</option>
			</select></div>
		<div class="field">
			<label for="language">{t('settings.language')}</label>
			<select id="language" value={language} onChange={(e) => {
				const wanted = e.currentTarget.value;
				if (isLanguage(wanted))
					chooseLanguage(wanted);
			}}>
				<option value="en" lang="en">English</option>
				<option value="ko" lang="ko">한국어</option>
			</select></div>
	</section>;
}
