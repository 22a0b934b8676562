/* Redoc of the site's API. */
import Redoc from 'redoc/bundles/redoc.standalone.js';

Redoc.init('/api/openapi.json', {
	disableGoogleFont: true,
	hideDownloadButton: false,
	/* It would start a worker made of a text. */
	disableSearch: true,
}, document.getElementById('docs'));
