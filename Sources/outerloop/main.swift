import Command

OuterloopCommand.main()
