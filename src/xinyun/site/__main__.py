from xinyun.site.cli import main

main()
