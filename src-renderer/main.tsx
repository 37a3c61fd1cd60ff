document.title = 'ClawReach';
